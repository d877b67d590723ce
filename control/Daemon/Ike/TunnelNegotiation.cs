namespace IpsecDp.Daemon.Ike;

/// <summary>What IKE did for one connection since the start.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Agreed">The IKE SA's peer and suite and the child's suite as they were last agreed; null before.</param>
/// <param name="IkeSas">IKE SAs that were established.</param>
/// <param name="IkeRekeys">IKE SAs that were replaced.</param>
/// <param name="Children">Pairs of SAs that were installed.</param>
/// <param name="Retransmissions">Requests that were sent again.</param>
/// <param name="GivenUp">Requests nobody answered.</param>
/// <param name="Failures">Negotiations that failed.</param>
public sealed record TunnelNegotiation(string Connection, string? Agreed, long IkeSas, long IkeRekeys, long Children, long Retransmissions, long GivenUp, long Failures)
{
    /// <summary>Nothing yet.</summary>
    public static TunnelNegotiation None(string connection) => new(connection, null, 0, 0, 0, 0, 0, 0);
}
