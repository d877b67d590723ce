using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Flow;

/// <summary>The size of packet that fits the path to a bundle's peer: the link's, or less for as long as the network said so (RFC 4301 §8.2).</summary>
public sealed class PathMtu(int linkMtu, SaModel outermost, TimeProvider time)
{
    // RFC 1191 §6.3: an increase is tried no sooner than ten minutes after the last decrease.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    // RFC 791 lets a path carry as little as 68 octets, but an honest one carries 576; RFC 8200 §5 demands 1280.
    private const int FloorV4 = 576;
    internal const int FloorV6 = 1280;

    private readonly int _configured = outermost.PathMtu == 0 ? linkMtu : Math.Min(linkMtu, outermost.PathMtu);
    private int _learned = int.MaxValue;
    private long _learnedAt;

    /// <summary>Octets of the largest IP packet that fits.</summary>
    public int Current
    {
        get
        {
            var learned = Volatile.Read(ref _learned);
            if (learned == int.MaxValue)
            {
                return _configured;
            }

            if (time.GetElapsedTime(Volatile.Read(ref _learnedAt)) > ForgetAfter)
            {
                Volatile.Write(ref _learned, int.MaxValue);
                return _configured;
            }

            return Math.Min(_configured, learned);
        }
    }

    /// <summary>Takes what an ICMP message says; false for a size below what every path carries, of which only the floor is believed.</summary>
    public bool Learn(int mtu)
    {
        var floor = outermost.Local.Version == IpVersion.V4 ? FloorV4 : FloorV6;
        var isHonest = mtu >= floor;
        var believed = Math.Max(mtu, floor);
        if (believed < Volatile.Read(ref _learned))
        {
            Volatile.Write(ref _learnedAt, time.GetTimestamp());
            Volatile.Write(ref _learned, believed);
        }

        return isHonest;
    }
}
