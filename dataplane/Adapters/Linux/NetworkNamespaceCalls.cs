using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>The system calls that network namespaces and captures need beside those of the ports.</summary>
internal static unsafe partial class NetworkNamespaceCalls
{
    /// <summary>CLONE_NEWNET: of all namespaces only the network.</summary>
    public const int NetworkOnly = 0x40000000;

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint ReceiveFrom(int socket, void* octets, nuint count, int flags, void* address, int* length);
}
