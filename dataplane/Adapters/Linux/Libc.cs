using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>The system calls the Linux ports make, as the C library names them; -1 means failure and <see cref="LastError"/> says which.</summary>
internal static unsafe partial class Libc
{
    public const int ReadWrite = 2;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const short PollIn = 1;
    public const short PollOut = 4;

    public const int MessageTruncated = 0x20;
    public const int ControlTruncated = 0x8;
    public const int DontWait = 0x40;

    /// <summary>What <see cref="MapMemory"/> gives where it fails.</summary>
    public const nint MapFailed = -1;

    private const string Library = "libc";

    /// <summary>The error number of this thread's last failed call here.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Whether a descriptor is readable at this moment.</summary>
    public static bool IsReadable(int descriptor)
    {
        var entry = new PollEntry { Descriptor = descriptor, Events = PollIn };
        return Poll(&entry, 1, 0) > 0;
    }

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* octets, nuint count);

    public static nint ReadVector(int descriptor, IoVector* pieces, int count) => Noted(ReadVectorPlain(descriptor, pieces, count));

    [LibraryImport(Library, EntryPoint = "readv")]
    private static partial nint ReadVectorPlain(int descriptor, IoVector* pieces, int count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* octets, nuint count);

    public static nint WriteVector(int descriptor, IoVector* pieces, int count) => Noted(WriteVectorPlain(descriptor, pieces, count));

    [LibraryImport(Library, EntryPoint = "writev")]
    private static partial nint WriteVectorPlain(int descriptor, IoVector* pieces, int count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "nanosleep")]
    public static partial int Sleep(TimeSpec* time, TimeSpec* left);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEventSet(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEvents(int set, int operation, int descriptor, void* entry);

    public static int AwaitEvents(int set, void* entries, int most, int milliseconds) => Noted(AwaitEventsPlain(set, entries, most, milliseconds));

    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    private static partial int AwaitEventsPlain(int set, void* entries, int most, int milliseconds);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, void* address, int length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, void* address, int length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int socket, void* address, int* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int socket, int level, int option, void* value, int length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int socket, int level, int option, void* value, int* length);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, void* octets, nuint count, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, void* octets, nuint count, int flags);

    public static int SendMessages(int socket, Message* messages, uint count, int flags) => Noted(SendMessagesPlain(socket, messages, count, flags));

    [LibraryImport(Library, EntryPoint = "sendmmsg")]
    private static partial int SendMessagesPlain(int socket, Message* messages, uint count, int flags);

    public static int ReceiveMessages(int socket, Message* messages, uint count, int flags, void* timeout) => Noted(ReceiveMessagesPlain(socket, messages, count, flags, timeout));

    [LibraryImport(Library, EntryPoint = "recvmmsg")]
    private static partial int ReceiveMessagesPlain(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    public static partial void* MapMemory(void* near, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    public static partial int UnmapMemory(void* memory, nuint length);

    /// <summary>A call the C library has no function for.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, void* second, nuint third);

    // The runtime's own note of an error costs three calls more, whether or not there was one; on a packet's way it is made only where there was.
    private static nint Noted(nint result)
    {
        if (result < 0)
        {
            Marshal.SetLastPInvokeError(Marshal.GetLastSystemError());
        }

        return result;
    }

    private static int Noted(int result) => (int)Noted((nint)result);

    /// <summary>struct iovec.</summary>
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr.</summary>
    public struct Message
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>struct msghdr.</summary>
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Pieces;
        public nuint PieceCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr.</summary>
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary>struct pollfd.</summary>
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>struct timespec.</summary>
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
