namespace IpsecDp.Adapters.Linux;

/// <summary>What a TUN device is made as.</summary>
public sealed record TunOptions
{
    /// <summary>The interface's name, at most 15 characters; a <c>%d</c> in it is a number the kernel picks.</summary>
    public string Name { get; init; } = "ipsec%d";

    /// <summary>Queues, each a port of its own; the kernel keeps a flow on one of them.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Largest single IP packet the host sends here, in octets.</summary>
    public int Mtu { get; init; } = 1400;

    /// <summary>Addresses the interface gets; routes are the caller's.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>What is not asked for although the kernel may have it.</summary>
    public TunOffloads Disabled { get; init; }

    /// <summary>Where received packets are put; shared by all queues.</summary>
    public PortBuffers Buffers { get; init; } = new();
}
