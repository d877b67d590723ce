using IpsecDp.Adapters.Windows;

namespace Windows.Tests;

/// <summary>The shipped binding and handle over the library beside this program: under Wine every file has an owner the shipped loader does not trust, and it refuses.</summary>
internal sealed class BoundDriver : IDivertDriver
{
    /// <inheritdoc/>
    public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags)
    {
        var handle = WinDivertNative.Open(filter, (int)layer, priority, (ulong)flags);
        if (!handle.IsInvalid)
        {
            return new OpenDivertHandle(handle);
        }

        var error = WinDivertNative.LastError;
        handle.Dispose();
        throw WinDivertError.ToException("opening WinDivert", error);
    }
}
