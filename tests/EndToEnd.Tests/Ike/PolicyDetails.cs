namespace EndToEnd.Tests.Ike;

/// <summary>What few tests say in a policy of their own, a statement a line.</summary>
internal sealed record PolicyDetails
{
    /// <summary>Of the key exchange policy: times.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Of the key exchange action.</summary>
    public string Action { get; init; } = "";

    /// <summary>Of this host's endpoint: identity and certificate.</summary>
    public string OwnEndpoint { get; init; } = "";

    /// <summary>Of the peer's endpoint: identity and authority.</summary>
    public string PeerEndpoint { get; init; } = "";

    /// <summary>Where the peer may be; its address where empty.</summary>
    public string PeerLocation { get; init; } = "";

    /// <summary>Forward secrecy of the tunnel.</summary>
    public string Pfs { get; init; } = "InitiateWithPfs Group31\n   AcceptablePfs None";

    /// <summary>Whether both prove themselves by certificates.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Files beside the policy.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
