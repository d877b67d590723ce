namespace IpsecDp.Adapters.Linux;

/// <summary>Families, types, levels and options of Linux sockets, named after what they do.</summary>
internal static class SocketNumbers
{
    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;
    public const int FamilyNetlink = 16;
    public const int FamilyPacket = 17;

    public const int TypeDatagram = 2;
    public const int TypeRaw = 3;

    /// <summary>IPPROTO_RAW: the sender writes the IP header, nothing is received.</summary>
    public const int ProtocolRaw = 255;

    public const int LevelSocket = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int ReusePort = 15;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int AttachFilter = 26;
    public const int Mark = 36;
    public const int AttachBpf = 50;
    public const int AttachReusePortClassicBpf = 51;

    public const int LevelIp = 0;
    public const int IpTos = 1;
    public const int IpPacketInfo = 8;
    public const int IpMtuDiscover = 10;
    public const int IpReceiveTos = 13;
    public const int IpReceiveTtl = 12;
    public const int IpTtl = 2;
    public const int IpMtu = 14;

    public const int LevelIpv6 = 41;
    public const int Ipv6FlowInfo = 11;
    public const int Ipv6MtuDiscover = 23;
    public const int Ipv6Mtu = 24;
    public const int Ipv6Only = 26;
    public const int Ipv6ReceivePacketInfo = 49;
    public const int Ipv6PacketInfo = 50;
    public const int Ipv6ReceiveHopLimit = 51;
    public const int Ipv6HopLimit = 52;
    public const int Ipv6ReceiveHopOptions = 53;
    public const int Ipv6HopOptions = 54;
    public const int Ipv6ReceiveRoutingHeader = 56;
    public const int Ipv6RoutingHeader = 57;
    public const int Ipv6ReceiveDestinationOptions = 58;
    public const int Ipv6DestinationOptions = 59;
    public const int Ipv6DontFragment = 62;
    public const int Ipv6ReceiveTrafficClass = 66;
    public const int Ipv6TrafficClass = 67;

    /// <summary>IP_PMTUDISC_DONT: routers may fragment.</summary>
    public const int MtuDiscoverNever = 0;

    /// <summary>IP_PMTUDISC_PROBE: DF set, and the path MTU the kernel keeps is ignored, because the data plane keeps its own.</summary>
    public const int MtuDiscoverProbe = 3;

    public const int LevelUdp = 17;
    public const int UdpSegment = 103;
    public const int UdpReceiveOffload = 104;

    public const int LevelIcmpv6 = 58;
    public const int Icmpv6Filter = 1;

    public const int LevelPacket = 263;
    public const int PacketVirtioHeader = 15;

    public const int LevelRaw = 255;
    public const int IcmpFilter = 1;
}
