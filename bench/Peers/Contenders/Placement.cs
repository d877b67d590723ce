namespace IpsecDp.Peers.Contenders;

/// <summary>Which processors the outbound and inbound threads of either host are bound to, as <c>--placement</c> of relay and product takes it.</summary>
internal sealed record Placement(string Name, string OfA, string OfB)
{
    /// <summary>Left to the scheduler.</summary>
    public static Placement Free { get; } = new("free", "free", "free");

    /// <summary>Data on one processor, acknowledgements on the other: A outbound and B inbound on 0, B outbound and A inbound on 1.</summary>
    public static Placement Crossed { get; } = new("crossed", "0,1", "1,0");

    /// <summary>The same for a path that costs the more by the packet than by the wake-up, as raw ESP does: either end of a direction has a processor of its own.</summary>
    public Placement Apart => this == Crossed ? new("apart", "0,1", "0,1") : this;

    /// <summary>The one of a name.</summary>
    public static Placement Of(string name) => name == Crossed.Name ? Crossed : Free;
}
