namespace IpsecDp.Adapters.Windows;

/// <summary>Keeps packets from leaving in clear below a capture: what its filters match and the capture does not take is dropped in the driver.</summary>
public interface IDivertGuard
{
    /// <summary>Makes exactly these filters hold; those to come hold before those to go are let go, so that there is no gap. Throws <see cref="AdapterException"/> with the former filters still held.</summary>
    void Hold(IReadOnlyList<string> filters);
}
