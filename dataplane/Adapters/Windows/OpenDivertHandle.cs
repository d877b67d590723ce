namespace IpsecDp.Adapters.Windows;

/// <summary>A handle of the real library; all calls are synchronous, for a handle bound to the thread pool may make none of those.</summary>
internal sealed unsafe class OpenDivertHandle(WinDivertHandle handle) : IDivertHandle
{
    public int Receive(Span<byte> packets, Span<WinDivertAddress> addresses, out int octets, out int count)
    {
        fixed (byte* first = packets)
        fixed (WinDivertAddress* address = addresses)
        {
            uint received = 0;
            var addressOctets = (uint)(addresses.Length * WinDivertAddress.Size);
            var isReceived = WinDivertNative.Receive(handle, first, (uint)packets.Length, &received, 0, address, &addressOctets, null);
            var error = isReceived ? 0 : WinDivertNative.LastError;
            (octets, count) = isReceived || error == WinDivertError.InsufficientBuffer ? ((int)received, (int)(addressOctets / WinDivertAddress.Size)) : (0, 0);
            return error;
        }
    }

    public int Send(ReadOnlySpan<byte> packets, ReadOnlySpan<WinDivertAddress> addresses)
    {
        fixed (byte* first = packets)
        fixed (WinDivertAddress* address = addresses)
        {
            uint sent = 0;
            return Result(WinDivertNative.Send(handle, first, (uint)packets.Length, &sent, 0, address, (uint)(addresses.Length * WinDivertAddress.Size), null));
        }
    }

    public int Shutdown(WinDivertShutdown how) => Result(WinDivertNative.Shutdown(handle, (int)how));

    public int Set(WinDivertParameter parameter, ulong value) => Result(WinDivertNative.SetParameter(handle, (int)parameter, value));

    public int Get(WinDivertParameter parameter, out ulong value)
    {
        ulong given = 0;
        var error = Result(WinDivertNative.GetParameter(handle, (int)parameter, &given));
        value = given;
        return error;
    }

    public void Dispose() => handle.Dispose();

    private static int Result(bool isDone) => isDone ? 0 : WinDivertNative.LastError;
}
