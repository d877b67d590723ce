using Microsoft.Win32.SafeHandles;

namespace IpsecDp.Adapters.Windows;

/// <summary>What WinDivertOpen gives: -1 on failure, and 0 where its private heap cannot be made.</summary>
internal sealed class WinDivertHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WinDivertHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => WinDivertNative.Close(handle);
}
