using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Sleep;

/// <summary>Sleeping on a word by WaitOnAddress.</summary>
internal static partial class WindowsAddress
{
    private const string Library = "api-ms-win-core-synch-l1-2-0";
    private const uint Forever = uint.MaxValue;

    public static void Wait(ref int word, int value) => WaitOnAddress(ref word, ref value, sizeof(int), Forever);

    /// <summary>The same, at most so long, in whole milliseconds.</summary>
    public static void Wait(ref int word, int value, TimeSpan patience) => WaitOnAddress(ref word, ref value, sizeof(int), (uint)Math.Clamp(Math.Ceiling(patience.TotalMilliseconds), 1, int.MaxValue));

    public static void Wake(ref int word) => WakeByAddressSingle(ref word);

    public static void WakeAll(ref int word) => WakeByAddressAll(ref word);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WaitOnAddress(ref int word, ref int undesired, nint octets, uint milliseconds);

    [LibraryImport(Library)]
    private static partial void WakeByAddressSingle(ref int word);

    [LibraryImport(Library)]
    private static partial void WakeByAddressAll(ref int word);
}
