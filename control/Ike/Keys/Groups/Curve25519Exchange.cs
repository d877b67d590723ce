using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>X25519, RFC 7748 and RFC 8031; the field arithmetic is BouncyCastle's, which takes no branch on a secret.</summary>
internal sealed class Curve25519Exchange : IKeyExchange
{
    // The library takes arrays; this one is pinned and zeroed as a SecretBytes is.
    private readonly byte[] _scalar = GC.AllocateArray<byte>(X25519.ScalarSize, pinned: true);
    private readonly byte[] _publicValue = new byte[X25519.PointSize];

    public Curve25519Exchange(KeyExchangeMethod method, IEntropy entropy)
    {
        Method = method;
        entropy.Fill(_scalar);
        X25519.ScalarMultBase(_scalar, 0, _publicValue, 0);
    }

    public KeyExchangeMethod Method { get; }

    public ReadOnlyMemory<byte> PublicValue => _publicValue;

    public KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret)
    {
        secret = null;
        if (peerValue.Length != X25519.PointSize)
        {
            return KeyExchangeFault.WrongLength;
        }

        var shared = GC.AllocateArray<byte>(X25519.PointSize, pinned: true);
        var isNonZero = X25519.CalculateAgreement(_scalar, 0, peerValue.ToArray(), 0, shared, 0);
        secret = isNonZero ? new SecretBytes(shared) : null;
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(shared);
        return isNonZero ? KeyExchangeFault.None : KeyExchangeFault.ZeroSecret;
    }

    public void Dispose() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(_scalar);
}
