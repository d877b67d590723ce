using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Windows;

/// <summary>Finishes what a network card was to finish, or has looked at and left as it was: behind the capture a checksum stands for what the packet holds.</summary>
internal static class CaptureChecksums
{
    /// <summary>Computes the checksums whose marks are clear; the far host would drop a sealed packet whose inner ones were never filled in.</summary>
    public static void Finish(in IpPacketView packet, WinDivertMarks marks)
    {
        if (packet.Version == IpVersion.V4 && (marks & WinDivertMarks.IpChecksum) == 0)
        {
            packet.V4.UpdateChecksum();
        }

        var isMissing = packet.Protocol switch
        {
            IpProtocol.Tcp => (marks & WinDivertMarks.TcpChecksum) == 0,
            IpProtocol.Udp => (marks & WinDivertMarks.UdpChecksum) == 0,
            _ => false,
        };
        if (isMissing)
        {
            TransportChecksum.TryUpdate(packet);
        }
    }
}
