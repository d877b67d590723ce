using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>The side of ML-KEM that answers an encapsulation key with a ciphertext. The platform draws the message itself and takes no seed for it.</summary>
internal sealed class MlKemResponder(KeyExchangeMethod method) : IKeyExchange
{
    private byte[]? _ciphertext;

    public KeyExchangeMethod Method { get; } = method;

    public ReadOnlyMemory<byte> PublicValue => _ciphertext ?? throw new InvalidOperationException("a responder of a KEM has no value before it saw the initiator's");

    public KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret)
    {
        secret = null;
        if (peerValue.Length != Method.InitiatorLength)
        {
            return KeyExchangeFault.WrongLength;
        }

        if (!MlKemParameters.IsReduced(peerValue))
        {
            return KeyExchangeFault.NotReduced;
        }

        using var key = MLKem.ImportEncapsulationKey(MlKemParameters.Of(Method.Id), peerValue);
        using var shared = new ScratchSecret(Method.SecretLength);
        _ciphertext = new byte[Method.ResponderLength];
        key.Encapsulate(_ciphertext, shared.Octets);
        secret = shared.ToSecret();
        return KeyExchangeFault.None;
    }

    public void Dispose()
    {
    }
}
