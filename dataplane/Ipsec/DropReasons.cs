namespace IpsecDp.Ipsec;

/// <summary>The sentence an operator reads for each reason.</summary>
public static class DropReasons
{
    /// <summary>How many reasons there are, <see cref="DropReason.None"/> included.</summary>
    public static int Count { get; } = Enum.GetValues<DropReason>().Length;

    /// <summary>What happened, in one sentence.</summary>
    public static string Sentence(DropReason reason) => reason switch
    {
        DropReason.None => "The packet was not dropped.",
        DropReason.Malformed => "A header was cut off or its lengths contradict each other.",
        DropReason.NoRule => "No policy rule fits the packet, and what fits none is denied.",
        DropReason.PolicyDiscard => "A policy rule denies the packet.",
        DropReason.AwaitingSa => "The tunnel has no SA yet and enough packets are already held for it.",
        DropReason.AcquireExpired => "No SA came for the packet's tunnel for as long as the packet was held.",
        DropReason.TooBig => "The sealed packet would exceed the path MTU and may not be fragmented; its sender was told the size that fits.",
        DropReason.SequenceExhausted => "The SA has used its last sequence number and must be replaced.",
        DropReason.LifetimeExpired => "The SA has reached its hard limit of packets, octets or age.",
        DropReason.HopLimitExceeded => "The packet had no hop left for the tunnel.",
        DropReason.NoBuffer => "No packet buffer was free.",
        DropReason.FragmentWithoutFirst => "A later fragment came without its first, so its ports are unknown to the policy.",
        DropReason.ReassemblyRefused => "Fragments overlap, exceed the largest packet, or too many packets are in pieces.",
        DropReason.ReassemblyTimeout => "Fragments of the packet were missing for too long.",
        DropReason.UnknownSpi => "No SA has the packet's SPI.",
        DropReason.WrongEndpoint => "The packet's outer addresses or encapsulation are not those of its SA.",
        DropReason.Replayed => "The sequence number was seen before or lies behind the replay window.",
        DropReason.IntegrityFailed => "The ICV is wrong: the packet was changed or sealed with another key.",
        DropReason.BadPadding => "The ESP trailer's padding does not fit the payload.",
        DropReason.BadInnerPacket => "What the SA protected is no packet it may carry.",
        DropReason.SelectorMismatch => "The packet lies outside of what its SA may carry.",
        DropReason.ClearButProtected => "The packet arrived in clear although policy demands protection.",
        DropReason.WrongProtection => "The packet arrived in other SAs than policy demands.",
        DropReason.NestedTooDeeply => "The packet is nested in more tunnels than are opened.",
        DropReason.CongestionUnsupported => "The tunnel saw congestion and the packet's endpoints do not speak ECN (RFC 6040 §4.2).",
        DropReason.Keepalive => "A NAT keepalive, which carries nothing.",
        DropReason.Dummy => "A dummy packet (next header 59), which carries nothing.",
        DropReason.ForgedTooBig => "An ICMP \"too big\" names no SA of ours or a size no path has.",
        DropReason.EngineFault => "The engine failed while it worked on the packet.",
        _ => "An unnamed reason.",
    };

    /// <summary>Whether the packet carried nothing, so that it is no loss.</summary>
    public static bool IsExpected(DropReason reason) => reason is DropReason.Keepalive or DropReason.Dummy;
}
