namespace IpsecDp.Wire.Ip;

/// <summary>What it takes to write a fresh IP header of either version.</summary>
public readonly record struct IpHeaderFields(
    IpAddress Source,
    IpAddress Destination,
    byte Protocol,
    byte HopLimit,
    byte Tos = 0,
    ushort Identification = 0,
    bool DontFragment = false,
    uint FlowLabel = 0)
{
    /// <summary>Octets of the header these fields make: 20 or 40.</summary>
    public int HeaderLength => Source.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;

    /// <summary>Writes the header over the front of a packet whose length is already final.</summary>
    public void Write(Span<byte> packet)
    {
        if (Source.Version == IpVersion.V4)
        {
            Ipv4View.Write(packet, this);
            return;
        }

        Ipv6View.Write(packet, this);
    }
}
