using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Windows;

/// <summary>WinDivert 2.2's exports with the arguments of its header; BOOL is false on failure, and <see cref="LastError"/> says why.</summary>
/// <remarks>The library is the one <see cref="WinDivertLibrary"/> loaded. The helper functions are here to hold the managed code against the DLL: it reads beyond short packets, so nothing from a network is given to them.</remarks>
internal static unsafe partial class WinDivertNative
{
    /// <summary>The name <see cref="WinDivertLibrary"/> resolves.</summary>
    public const string Library = "WinDivert.dll";

    /// <summary>The error number of this thread's last failed call here.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "WinDivertOpen", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial WinDivertHandle Open(string filter, int layer, short priority, ulong flags);

    [LibraryImport(Library, EntryPoint = "WinDivertRecvEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Receive(WinDivertHandle handle, byte* packets, uint length, uint* received, ulong flags, WinDivertAddress* addresses, uint* addressOctets, void* overlapped);

    [LibraryImport(Library, EntryPoint = "WinDivertSendEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Send(WinDivertHandle handle, byte* packets, uint length, uint* sent, ulong flags, WinDivertAddress* addresses, uint addressOctets, void* overlapped);

    [LibraryImport(Library, EntryPoint = "WinDivertShutdown", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Shutdown(WinDivertHandle handle, int how);

    [LibraryImport(Library, EntryPoint = "WinDivertClose", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Close(nint handle);

    [LibraryImport(Library, EntryPoint = "WinDivertSetParam", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetParameter(WinDivertHandle handle, int parameter, ulong value);

    [LibraryImport(Library, EntryPoint = "WinDivertGetParam", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetParameter(WinDivertHandle handle, int parameter, ulong* value);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperCompileFilter", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CompileFilter(string filter, int layer, byte* compiled, uint compiledLength, byte** error, uint* errorAt);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperFormatFilter", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool FormatFilter(string filter, int layer, byte* text, uint textLength);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperEvalFilter", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool EvaluateFilter(string filter, byte* packet, uint length, WinDivertAddress* address);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperParsePacket")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ParsePacket(byte* packet, uint length, byte** v4, byte** v6, byte* protocol, byte** icmp, byte** icmpv6, byte** tcp, byte** udp, byte** data, uint* dataLength, byte** next, uint* nextLength);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperCalcChecksums")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CalculateChecksums(byte* packet, uint length, WinDivertAddress* address, ulong flags);

    [LibraryImport(Library, EntryPoint = "WinDivertHelperDecrementTTL")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool DecrementTimeToLive(byte* packet, uint length);
}
