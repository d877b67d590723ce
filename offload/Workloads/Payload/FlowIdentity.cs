namespace IpsecDp.Workloads.Payload;

/// <summary>One direction of a flow: its number and the key its records derive from.</summary>
internal readonly record struct FlowIdentity(ushort Id, ulong Key)
{
    /// <summary>The direction whose sender is <paramref name="sender"/>.</summary>
    public static FlowIdentity Of(ulong seed, int flow, HostSide sender) =>
        new((ushort)flow, SeedDerivation.Derive(SeedDerivation.Derive(seed, (ulong)flow), (ulong)sender));
}
