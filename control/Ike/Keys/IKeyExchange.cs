using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>
/// One side of one key exchange, used once. The initiator has its public value from the start; a responder has one after
/// <see cref="Agree"/>, because with a KEM it answers what it was given. The private key is zeroed on dispose.
/// </summary>
public interface IKeyExchange : IDisposable
{
    /// <summary>Which method.</summary>
    KeyExchangeMethod Method { get; }

    /// <summary>What the KE payload carries; throws <see cref="InvalidOperationException"/> while a responder has none yet.</summary>
    ReadOnlyMemory<byte> PublicValue { get; }

    /// <summary>Checks the peer's value and makes the secret, leading zeros kept; the secret is the caller's, and null exactly with a fault.</summary>
    KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret);
}
