namespace IpsecDp.Adapters.Windows;

/// <summary>One open handle of a driver that takes packets out of the host's own path; what it does is named by <see cref="WinDivertFlags"/>.</summary>
/// <remarks>Receive and send give a Windows error code, 0 for success, and never throw. Any number of threads may call; order holds for one reader.</remarks>
public interface IDivertHandle : IDisposable
{
    /// <summary>Blocks until packets arrive and lays them one behind the other; <see cref="WinDivertError.NoData"/> once the handle is shut down and empty.</summary>
    /// <param name="packets">At least 65,575 octets, or a large packet is cut (<see cref="WinDivertError.InsufficientBuffer"/>).</param>
    /// <param name="addresses">1 to 255.</param>
    /// <param name="octets">Octets laid down.</param>
    /// <param name="count">Packets laid down.</param>
    int Receive(Span<byte> packets, Span<WinDivertAddress> addresses, out int octets, out int count);

    /// <summary>Injects packets that lie one behind the other, each as long as its header says; success means queued, not sent.</summary>
    /// <param name="packets">The packets.</param>
    /// <param name="addresses">One for each packet, 1 to 255.</param>
    int Send(ReadOnlySpan<byte> packets, ReadOnlySpan<WinDivertAddress> addresses);

    /// <summary>Ends receiving or sending; a blocked <see cref="Receive"/> returns when the queue is empty.</summary>
    int Shutdown(WinDivertShutdown how);

    /// <summary>Sets a parameter.</summary>
    int Set(WinDivertParameter parameter, ulong value);

    /// <summary>Asks for a parameter.</summary>
    int Get(WinDivertParameter parameter, out ulong value);
}
