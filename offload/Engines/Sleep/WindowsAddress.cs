using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Sleep;

/// <summary>Sleeping on a word by WaitOnAddress.</summary>
internal static partial class WindowsAddress
{
    private const string Library = "api-ms-win-core-synch-l1-2-0";
    private const uint Forever = uint.MaxValue;

    public static void Wait(ref int word, int value) => WaitOnAddress(ref word, ref value, sizeof(int), Forever);

    public static void Wake(ref int word) => WakeByAddressSingle(ref word);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WaitOnAddress(ref int word, ref int undesired, nint octets, uint milliseconds);

    [LibraryImport(Library)]
    private static partial void WakeByAddressSingle(ref int word);
}
