using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>The side of ML-KEM that sends the encapsulation key and opens the ciphertext that answers it.</summary>
internal sealed class MlKemInitiator : IKeyExchange
{
    private readonly MLKem _key;
    private readonly byte[] _publicValue;

    public MlKemInitiator(KeyExchangeMethod method, IEntropy entropy)
    {
        Method = method;
        using var seed = new ScratchSecret(MlKemParameters.SeedLength);
        entropy.Fill(seed.Octets);
        _key = MLKem.ImportPrivateSeed(MlKemParameters.Of(method.Id), seed.Octets);
        _publicValue = _key.ExportEncapsulationKey();
    }

    public KeyExchangeMethod Method { get; }

    public ReadOnlyMemory<byte> PublicValue => _publicValue;

    /// <summary>A ciphertext of the right length always gives a secret: a forged one gives another (FIPS 203 §6.3), and AUTH fails.</summary>
    public KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret)
    {
        secret = null;
        if (peerValue.Length != Method.ResponderLength)
        {
            return KeyExchangeFault.WrongLength;
        }

        using var shared = new ScratchSecret(Method.SecretLength);
        _key.Decapsulate(peerValue, shared.Octets);
        secret = shared.ToSecret();
        return KeyExchangeFault.None;
    }

    public void Dispose() => _key.Dispose();
}
