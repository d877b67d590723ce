using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys;

/// <summary>The seven keys of an IKE SA, RFC 7296 §2.14; zeroed when disposed.</summary>
public sealed class SkKeys : IDisposable
{
    private SkKeys(SecretBytes derivation, DirectionKeys initiator, DirectionKeys responder)
    {
        (Derivation, Initiator, Responder) = (derivation, initiator, responder);
    }

    /// <summary>SK_d, from which child keys and the seeds of later IKE SAs grow.</summary>
    public SecretBytes Derivation { get; }

    /// <summary>SK_ai, SK_ei, SK_pi.</summary>
    public DirectionKeys Initiator { get; }

    /// <summary>SK_ar, SK_er, SK_pr.</summary>
    public DirectionKeys Responder { get; }

    /// <summary>{SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr).</summary>
    public static SkKeys Derive(IkeSuite suite, SecretBytes seed, NoncePair nonces, IkeSpis spis)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(nonces);
        var own = suite.Prf.OutputLength;
        var (integrity, encryption) = (suite.IntegrityKeyLength, suite.Encryption.KeyMaterialLength);
        using var material = new ScratchSecret((3 * own) + (2 * integrity) + (2 * encryption));
        byte[] label = [.. nonces.Joined.Span, .. new byte[IkeSpis.Length]];
        spis.Write(label.AsSpan(nonces.Joined.Length));
        PrfPlus.Expand(suite.Prf, seed.Reveal(), label, material.Octets);

        var cutter = new KeyMaterialCutter(material.Octets);
        var derivation = cutter.Next(own);
        var (integrityInitiator, integrityResponder) = (cutter.Next(integrity), cutter.Next(integrity));
        var (encryptionInitiator, encryptionResponder) = (cutter.Next(encryption), cutter.Next(encryption));
        var (proofInitiator, proofResponder) = (cutter.Next(own), cutter.Next(own));
        return new SkKeys(derivation, new(integrityInitiator, encryptionInitiator, proofInitiator), new(integrityResponder, encryptionResponder, proofResponder));
    }

    /// <summary>
    /// The same keys with a post-quantum pre-shared key mixed in: SK_d, SK_pi and SK_pr each become prf+(PPK, itself), RFC 8784 §3.
    /// These keys stay the caller's, because AUTH without PPK still needs them.
    /// </summary>
    public SkKeys MixedWith(PrfTransform prf, SecretBytes postQuantumKey)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentNullException.ThrowIfNull(postQuantumKey);
        return new SkKeys(Mix(prf, postQuantumKey, Derivation), MixedProof(prf, postQuantumKey, Initiator), MixedProof(prf, postQuantumKey, Responder));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Derivation.Dispose();
        Initiator.Dispose();
        Responder.Dispose();
    }

    private static DirectionKeys MixedProof(PrfTransform prf, SecretBytes postQuantumKey, DirectionKeys keys) =>
        new(new SecretBytes(keys.Integrity.Reveal()), new SecretBytes(keys.Encryption.Reveal()), Mix(prf, postQuantumKey, keys.Proof));

    private static SecretBytes Mix(PrfTransform prf, SecretBytes postQuantumKey, SecretBytes key)
    {
        using var mixed = new ScratchSecret(key.Length);
        PrfPlus.Expand(prf, postQuantumKey.Reveal(), key.Reveal(), mixed.Octets);
        return mixed.ToSecret();
    }
}
