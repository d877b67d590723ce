namespace IpsecDp.Wire.Ip;

/// <summary>TTL or hop limit of a packet whose header was looked at before and is whole.</summary>
public static class IpHopLimit
{
    /// <summary>Takes one hop off; the caller has seen that one is left.</summary>
    public static void Decrement(Span<byte> packet)
    {
        if (packet[0] >> 4 == (int)IpVersion.V4)
        {
            Ipv4View.Trust(packet).DecrementTimeToLive();
            return;
        }

        var v6 = Ipv6View.Trust(packet);
        v6.HopLimit--;
    }
}
