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

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
