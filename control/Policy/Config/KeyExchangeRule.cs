using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The KeyExchangeRule statement: which peers, and how keys are exchanged with them.</summary>
internal sealed record KeyExchangeRule(string Name, SourcePosition Position) : INamedStatement, IDisposable
{
    /// <summary>LocalSecurityEndpoint(Ref).</summary>
    public Use<SecurityEndpoint>? Local { get; init; }

    /// <summary>RemoteSecurityEndpoint(Ref).</summary>
    public Use<SecurityEndpoint>? Remote { get; init; }

    /// <summary>KeyExchangeAction(Ref); null for the defaults.</summary>
    public Use<KeyExchangeAction>? Action { get; init; }

    /// <summary>SharedKey.</summary>
    public SharedKey? SharedKey { get; init; }

    /// <summary>Keywords of the lines in the block, right or wrong.</summary>
    public required IReadOnlySet<string> Given { get; init; }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => SharedKey?.InPlace?.Dispose();
}
