using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>Diffie-Hellman over the NIST curves, RFC 5903: public values are x | y, the secret is x alone (§7).</summary>
internal sealed class EcpExchange : IKeyExchange
{
    private readonly EcpCurve _curve;
    private readonly ECDiffieHellman _pair;
    private readonly byte[] _publicValue;

    public EcpExchange(KeyExchangeMethod method, EcpCurve curve, IEntropy entropy)
    {
        (Method, _curve) = (method, curve);
        var key = GC.AllocateArray<byte>(curve.CoordinateLength, pinned: true);
        curve.Draw(entropy, key);
        _pair = ECDiffieHellman.Create(new ECParameters { Curve = curve.Curve, D = key });
        CryptographicOperations.ZeroMemory(key);
        var point = _pair.ExportParameters(includePrivateParameters: false).Q;
        _publicValue = [.. point.X!, .. point.Y!];
    }

    public KeyExchangeMethod Method { get; }

    public ReadOnlyMemory<byte> PublicValue => _publicValue;

    public KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret)
    {
        secret = null;
        if (peerValue.Length != 2 * _curve.CoordinateLength)
        {
            return KeyExchangeFault.WrongLength;
        }

        if (!_curve.Holds(peerValue))
        {
            return KeyExchangeFault.NotOnCurve;
        }

        using var peer = ECDiffieHellman.Create(new ECParameters
        {
            Curve = _curve.Curve,
            Q = new ECPoint { X = peerValue[.._curve.CoordinateLength].ToArray(), Y = peerValue[_curve.CoordinateLength..].ToArray() },
        });
        using var peerKey = peer.PublicKey;
        var shared = _pair.DeriveRawSecretAgreement(peerKey);
        secret = new SecretBytes(shared);
        CryptographicOperations.ZeroMemory(shared);
        return KeyExchangeFault.None;
    }

    public void Dispose() => _pair.Dispose();
}
