namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>The numbers of nfnetlink_queue (linux/netfilter/nfnetlink_queue.h), named after what they do.</summary>
internal static class QueueNumbers
{
    /// <summary>NETLINK_NETFILTER.</summary>
    public const int NetlinkNetfilter = 12;

    /// <summary>SOL_NETLINK and NETLINK_NO_ENOBUFS: losses are read from the kernel's counters instead of ending a reading.</summary>
    public const int LevelNetlink = 270;
    public const int NoOverrunErrors = 5;

    public const ushort PacketMessage = 0x300;
    public const ushort VerdictMessage = 0x301;
    public const ushort ConfigMessage = 0x302;

    public const ushort Request = 1;
    public const ushort RequestWithAck = 1 | 4;

    // Attributes of a configuration.
    public const ushort ConfigCommand = 1;
    public const ushort ConfigParameters = 2;
    public const ushort ConfigMaximumLength = 3;
    public const ushort ConfigMask = 4;
    public const ushort ConfigFlags = 5;

    public const byte Bind = 1;
    public const byte CopyPacket = 2;

    public const uint FailOpen = 1;
    public const uint TakesSuperframes = 4;

    // Attributes of a packet and of a verdict.
    public const ushort PacketHeader = 1;
    public const ushort VerdictHeader = 2;
    public const ushort Payload = 10;
    public const ushort WholeLength = 13;
    public const ushort BufferInfo = 14;

    public const uint ChecksumNotReady = 1;
    public const uint IsSuperframe = 2;

    public const uint Drop = 0;
    public const uint Accept = 1;

    /// <summary>NF_INET_PRE_ROUTING.</summary>
    public const byte HookPrerouting = 0;
}
