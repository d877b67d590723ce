using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>Hears every frame that passes one interface, both ways (packet(7)); read by one thread.</summary>
public sealed unsafe class LinkCapture : IDisposable
{
    private const int Statistics = 6;
    private const int AttachFilter = 26;
    private const ushort EveryProtocol = 0x0300;
    private const int AddressLength = 20;
    private const byte Outgoing = 4;
    private const int EthernetLength = 14;
    private const int LargestFrame = 128 * 1024;

    private readonly int _descriptor;
    private readonly byte[] _frame = GC.AllocateArray<byte>(LargestFrame, pinned: true);
    private long _lost;

    private LinkCapture(int descriptor) => _descriptor = descriptor;

    /// <summary>Frames the kernel could not keep for the reader.</summary>
    public long Lost
    {
        get
        {
            // The kernel's counters begin again with each reading.
            Span<uint> counts = stackalloc uint[2];
            var length = counts.Length * sizeof(uint);
            fixed (uint* first = counts)
            {
                if (Libc.GetSocketOption(_descriptor, SocketNumbers.LevelPacket, Statistics, first, &length) == 0)
                {
                    _lost += counts[1];
                }
            }

            return _lost;
        }
    }

    /// <summary>Frames that were no whole Ethernet frame or whose division the kernel could not tell.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Begins to hear an interface of the calling thread's network namespace; throws <see cref="AdapterException"/>.</summary>
    public static LinkCapture Open(string device, LinkFilter filter, int bufferOctets)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var index = RtNetlink.IndexOf(device);
        // Protocol 0 hears nothing until the socket is bound, so no frame of another interface gets in.
        var descriptor = Libc.Socket(SocketNumbers.FamilyPacket, SocketNumbers.TypeRaw | Libc.CloseOnExec | Libc.NonBlocking, 0);
        if (descriptor < 0)
        {
            throw new AdapterException($"{device} cannot be captured ({Errno.Text(Libc.LastError)}): run as root or with CAP_NET_RAW.");
        }

        var capture = new LinkCapture(descriptor);
        var error = index == 0 ? Errno.NoDevice : capture.Prepare(index, filter, bufferOctets);
        if (error == 0)
        {
            return capture;
        }

        capture.Dispose();
        throw new AdapterException($"{device} cannot be captured ({Errno.Text(error)}): check the interface's name; the kernel must be Linux 6.2 or later.");
    }

    /// <summary>Waits up to <paramref name="patience"/> for a frame; its packet stays valid until the next call.</summary>
    public bool TryReceive(TimeSpan patience, out LinkFrame frame, out Span<byte> packet)
    {
        frame = default;
        packet = default;
        var address = stackalloc byte[AddressLength];
        fixed (byte* octets = _frame)
        {
            var received = Receive(octets, address);
            if (received < 0)
            {
                var entry = new Libc.PollEntry { Descriptor = _descriptor, Events = Libc.PollIn };
                _ = Libc.Poll(&entry, 1, (int)patience.TotalMilliseconds);
                received = Receive(octets, address);
            }

            return received >= 0 && TryDescribe(received, address[10] == Outgoing, out frame, out packet);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.Close(_descriptor);

    private int Receive(byte* octets, byte* address)
    {
        var length = AddressLength;
        var received = (int)NetworkNamespaceCalls.ReceiveFrom(_descriptor, octets, LargestFrame, 0, address, &length);
        if (received < 0 && Libc.LastError == Errno.Invalid)
        {
            Unreadable++;
        }

        return received;
    }

    private bool TryDescribe(int received, bool isOutgoing, out LinkFrame frame, out Span<byte> packet)
    {
        const int PacketAt = VirtioHeader.Size + EthernetLength;
        frame = default;
        packet = default;
        if (received < PacketAt)
        {
            Unreadable++;
            return false;
        }

        packet = _frame.AsSpan(PacketAt, received - PacketAt);
        var header = MemoryMarshal.Read<VirtioHeader>(_frame).WithChecksumFrom(EthernetLength);
        var type = BinaryPrimitives.ReadUInt16BigEndian(_frame.AsSpan(PacketAt - sizeof(ushort)));
        if (!header.TryDescribe(packet, out var segments))
        {
            segments = Segmentation.None;
            Unreadable++;
        }

        frame = new LinkFrame(type, isOutgoing, segments);
        return true;
    }

    private int Prepare(int index, LinkFilter filter, int bufferOctets)
    {
        if (Set(SocketNumbers.LevelPacket, SocketNumbers.PacketVirtioHeader, 1) is var refused and not 0)
        {
            return refused;
        }

        // A smaller buffer loses frames, which are counted; no capture at all would be worse.
        _ = Set(SocketNumbers.LevelSocket, SocketNumbers.ReceiveBufferForce, bufferOctets);
        if (filter.Length > 0)
        {
            fixed (ulong* instructions = filter.Instructions)
            {
                var program = new FilterProgram { Length = (ushort)filter.Length, Instructions = instructions };
                if (Libc.SetSocketOption(_descriptor, SocketNumbers.LevelSocket, AttachFilter, &program, sizeof(FilterProgram)) < 0)
                {
                    return Libc.LastError;
                }
            }
        }

        // struct sockaddr_ll: family, protocol in network order, index.
        var address = stackalloc byte[AddressLength];
        new Span<byte>(address, AddressLength).Clear();
        Unsafe.WriteUnaligned(address, (ushort)SocketNumbers.FamilyPacket);
        Unsafe.WriteUnaligned(address + 2, EveryProtocol);
        Unsafe.WriteUnaligned(address + 4, index);
        return Libc.Bind(_descriptor, address, AddressLength) < 0 ? Libc.LastError : 0;
    }

    private int Set(int level, int option, int value) =>
        Libc.SetSocketOption(_descriptor, level, option, &value, sizeof(int)) < 0 ? Libc.LastError : 0;

    // struct sock_fprog.
    private struct FilterProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
