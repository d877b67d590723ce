using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Windows;

/// <summary>WinDivert as the loaded library gives it.</summary>
public sealed unsafe class WinDivertDriver : IDivertDriver
{
    // The driver's service is made on demand by whoever opens first; two at once get in each other's way.
    private const string OpeningName = @"Global\IpsecDp.WinDivert.Open";

    private WinDivertDriver()
    {
    }

    /// <summary>The driver of a library whose checksum is one of those named; throws <see cref="AdapterException"/>.</summary>
    public static WinDivertDriver Load(WinDivertLibraryOptions options)
    {
        WinDivertLibrary.Load(options);
        return new WinDivertDriver();
    }

    /// <inheritdoc/>
    public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags)
    {
        using var opening = OperatingSystem.IsWindows() ? new Mutex(initiallyOwned: false, OpeningName) : null;
        _ = AwaitTurn(opening);
        try
        {
            var handle = WinDivertNative.Open(filter, (int)layer, priority, (ulong)flags);
            if (!handle.IsInvalid)
            {
                return new OpenDivertHandle(handle);
            }

            var error = WinDivertNative.LastError;
            handle.Dispose();
            throw error == WinDivertError.InvalidParameter && FaultOf(filter, layer) is { } fault
                ? new AdapterException($"opening WinDivert failed: {fault} in filter \"{filter}\"; report it.")
                : WinDivertError.ToException("opening WinDivert", error);
        }
        finally
        {
            opening?.ReleaseMutex();
        }
    }

    // Whether the turn is ours in order; where its owner died while opening, it is ours all the same.
    private static bool AwaitTurn(Mutex? opening)
    {
        try
        {
            return opening?.WaitOne() ?? true;
        }
        catch (AbandonedMutexException)
        {
            return false;
        }
    }

    // WinDivertOpen says only 87; the compiler says what and where.
    private static string? FaultOf(string filter, WinDivertLayer layer)
    {
        byte* text = null;
        uint at = 0;
        return WinDivertNative.CompileFilter(filter, (int)layer, null, 0, &text, &at) || text is null
            ? null
            : $"{Marshal.PtrToStringUTF8((nint)text)} at character {at}";
    }
}
