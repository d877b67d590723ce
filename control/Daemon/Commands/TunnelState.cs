namespace IpsecDp.Daemon.Commands;

/// <summary>A tunnel as it stands at this moment.</summary>
/// <param name="Name">Its name in the policy.</param>
/// <param name="Keys">How it gets its keys: <c>ike</c> or <c>manual</c>.</param>
/// <param name="Start">How it starts: <c>automatic</c>, <c>onDemand</c>, <c>byCommand</c>, <c>byPeer</c>; null with manual keys.</param>
/// <param name="IsUp">Whether something seals its traffic.</param>
/// <param name="Connection">The connection of IKE that makes it; null with manual keys.</param>
/// <param name="Sas">Its pairs of SAs, the one that seals last.</param>
public sealed record TunnelState(string Name, string Keys, string? Start, bool IsUp, string? Connection, IReadOnlyList<SaPairState> Sas);
