using IpsecDp.Ike.Keys;

namespace IpsecDp.Ike.V2;

/// <summary>The keys of an IKE SA at work: sealing one way, opening the other; all zeroed on dispose.</summary>
internal sealed class IkeProtection(IkeSuite suite, SkKeys keys, bool isInitiator) : IDisposable
{
    private readonly bool _isInitiator = isInitiator;

    /// <summary>What was agreed.</summary>
    public IkeSuite Suite { get; } = suite;

    /// <summary>The keys.</summary>
    public SkKeys Keys { get; } = keys;

    /// <summary>Seals what this end sends.</summary>
    public IkeCipher Outbound { get; } = new(suite, isInitiator ? keys.Initiator : keys.Responder);

    /// <summary>Opens what the peer sends.</summary>
    public IkeCipher Inbound { get; } = new(suite, isInitiator ? keys.Responder : keys.Initiator);

    /// <summary>The same protection with a post-quantum key mixed into SK_d and SK_p (RFC 8784 §3); this one stays the caller's to dispose.</summary>
    public IkeProtection MixedWith(Crypto.Secrets.SecretBytes postQuantumKey) => new(Suite, Keys.MixedWith(Suite.Prf, postQuantumKey), _isInitiator);

    /// <inheritdoc/>
    public void Dispose()
    {
        Outbound.Dispose();
        Inbound.Dispose();
        Keys.Dispose();
    }
}
