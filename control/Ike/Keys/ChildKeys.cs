using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>KEYMAT of a child SA, cut into its keys, RFC 7296 §2.17; zeroed when disposed.</summary>
public sealed class ChildKeys : IDisposable
{
    private ChildKeys(ChildDirectionKeys fromInitiator, ChildDirectionKeys fromResponder) =>
        (FromInitiator, FromResponder) = (fromInitiator, fromResponder);

    /// <summary>Keys of the SA that carries what the initiator of the exchange sends.</summary>
    public ChildDirectionKeys FromInitiator { get; }

    /// <summary>Keys of the SA that carries what its responder sends.</summary>
    public ChildDirectionKeys FromResponder { get; }

    /// <summary>
    /// prf+(SK_d, SK(0) | Ni | Nr | SK(1) … SK(n)). <paramref name="shared"/> is there with forward secrecy only, <paramref name="further"/>
    /// with the further key exchanges of RFC 9370. The nonces are those of the exchange that made the child: in IKE_AUTH those of IKE_SA_INIT.
    /// </summary>
    public static ChildKeys Derive(PrfTransform prf, SecretBytes derivation, NoncePair nonces, ChildKeyLengths lengths, SecretBytes? shared = null, params IReadOnlyList<SecretBytes> further)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(nonces);
        ArgumentNullException.ThrowIfNull(further);
        using var seed = ExchangeSeed.Of(shared, nonces, further);
        using var material = new ScratchSecret(2 * (lengths.Encryption + lengths.Integrity));
        PrfPlus.Expand(prf, derivation.Reveal(), seed.Octets, material.Octets);

        // RFC 7296 §2.17: first the SA from the initiator to the responder; in each, encryption before integrity.
        var cutter = new KeyMaterialCutter(material.Octets);
        var fromInitiator = new ChildDirectionKeys(cutter.Next(lengths.Encryption), cutter.Next(lengths.Integrity));
        var fromResponder = new ChildDirectionKeys(cutter.Next(lengths.Encryption), cutter.Next(lengths.Integrity));
        return new ChildKeys(fromInitiator, fromResponder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FromInitiator.Dispose();
        FromResponder.Dispose();
    }
}
