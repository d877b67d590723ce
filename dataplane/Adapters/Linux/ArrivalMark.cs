using IpsecDp.Ports;
using static IpsecDp.Adapters.Linux.BpfProgram;

namespace IpsecDp.Adapters.Linux;

/// <summary>Knows where and when the latest packet of a socket arrived: an eBPF program on the socket writes both to memory that the process reads without a call.</summary>
/// <remarks>The kernel's own note of the processor, SO_INCOMING_CPU, is kept for connected sockets only, and its time stamps cost each packet a control message.</remarks>
internal sealed unsafe class ArrivalMark : IDisposable
{
    private const byte OfMapValue = 2;
    private const int Clock = 5;
    private const int ProcessorNumber = 8;
    private const int TimeAt = 8;
    private const int WholePacket = -1;
    private const nuint Page = 4096;
    private const int ReadOnly = 1;
    private const int Shared = 1;

    private readonly int _map;
    private readonly byte* _note;

    private ArrivalMark(int map, byte* note)
    {
        _map = map;
        _note = note;
    }

    /// <summary>The latest packet's, of those the socket has already given and of those that wait in it.</summary>
    public PacketArrival Latest => new(Volatile.Read(ref *(int*)_note), Volatile.Read(ref *(long*)(_note + TimeAt)));

    /// <summary>Attaches to sockets without a filter of their own; nothing and the reason where the kernel refuses.</summary>
    public static (ArrivalMark? Mark, string Otherwise) TryAttach(IEnumerable<NativeSocket> sockets)
    {
        var map = TryMakeNote(TimeAt + sizeof(long));
        if (map < 0)
        {
            return (null, $"no eBPF map: {Errno.Text(-map)}");
        }

        var memory = Libc.MapMemory(null, Page, ReadOnly, Shared, map, 0);
        if ((nint)memory == Libc.MapFailed)
        {
            var reason = Errno.Text(Libc.LastError);
            _ = Libc.Close(map);
            return (null, $"no eBPF map in memory: {reason}");
        }

        var mark = new ArrivalMark(map, (byte*)memory);
        var error = mark.Attach(sockets);
        if (error == 0)
        {
            return (mark, "");
        }

        mark.Dispose();
        return (null, $"no eBPF program: {Errno.Text(error)}");
    }

    /// <summary>Ends the reading; whoever reads on is at fault.</summary>
    public void Dispose()
    {
        _ = Libc.UnmapMemory(_note, Page);
        _ = Libc.Close(_map);
    }

    private int Attach(IEnumerable<NativeSocket> sockets)
    {
        // An address takes two instructions: its map, and the offset in it. A call leaves register 6 as it was, and not the first ones.
        var program = TryLoad(
        [
            Instruction(LoadAddress, Context, source: OfMapValue, value: _map),
            Instruction(0),
            Instruction(Call, value: ProcessorNumber),
            Instruction(StoreWord, Context, source: Result),
            Instruction(Call, value: Clock),
            Instruction(StoreDoubleWord, Context, source: Result, jump: TimeAt),
            Instruction(MoveValue, Result, value: WholePacket),
            Instruction(Exit),
        ]);
        if (program < 0)
        {
            return -program;
        }

        var error = sockets.Select(socket => socket.TrySet(SocketNumbers.LevelSocket, SocketNumbers.AttachBpf, program)).FirstOrDefault(static refused => refused != 0);

        // The sockets hold it from here on. Where one refuses, the others keep a program that lets everything pass.
        _ = Libc.Close(program);
        return error;
    }
}
