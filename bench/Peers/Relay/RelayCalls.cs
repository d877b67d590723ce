using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>The system calls of the relay's loops, plain: -1 means failure and <see cref="Marshal.GetLastSystemError"/>, read at once, says which.</summary>
internal static unsafe partial class RelayCalls
{
    /// <summary>RWF_NOWAIT: fails with EAGAIN where it would wait, on a descriptor that otherwise waits.</summary>
    public const int NoWait = 8;

    /// <summary>MSG_WAITFORONE: waits for the first message only.</summary>
    public const int WaitForOne = 0x10000;

    private const int SetFlags = 4;

    /// <summary>Makes reads and sends of a descriptor wait.</summary>
    public static void MakeBlocking(int descriptor) => _ = Control(descriptor, SetFlags, Libc.ReadWrite);

    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int descriptor, void* octets, nuint count);

    [LibraryImport("libc", EntryPoint = "preadv2")]
    public static partial nint ReadAt(int descriptor, Libc.IoVector* pieces, int count, nint offset, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int descriptor, void* octets, nuint count);

    [LibraryImport("libc", EntryPoint = "writev")]
    public static partial nint WriteVector(int descriptor, Libc.IoVector* pieces, int count);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    public static partial nint SendMessage(int socket, Libc.MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg")]
    public static partial nint ReceiveMessage(int socket, Libc.MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmmsg")]
    public static partial int SendMessages(int socket, Libc.Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    public static partial int ReceiveMessages(int socket, Libc.Message* messages, uint count, int flags, void* timeout);

    /// <summary>Receives what came as one; <paramref name="size"/> is that of its datagrams, or of the only one; the length is negative when the socket is gone.</summary>
    public static int ReceiveRun(int socket, Libc.MessageHeader* message, byte* control, int controlLength, out int size)
    {
        nint length;
        do
        {
            message->Control = control;
            message->ControlLength = (nuint)controlLength;
            length = ReceiveMessage(socket, message, 0);
        }
        while (length < 0 && Marshal.GetLastSystemError() is Errno.Interrupted or Errno.ConnectionRefused);

        size = (int)length;
        var notes = new ControlMessages(control, length < 0 ? 0 : message->ControlLength);
        while (notes.MoveNext())
        {
            if (notes.Level == SocketNumbers.LevelUdp && notes.Type == SocketNumbers.UdpReceiveOffload)
            {
                size = *(int*)notes.Content;
            }
        }

        return (int)length;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
