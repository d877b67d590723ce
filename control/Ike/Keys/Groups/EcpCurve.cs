using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>One of the NIST curves y² = x³ - 3x + b of RFC 5903.</summary>
internal sealed class EcpCurve
{
    private static readonly EcpCurve P256 = new(
        ECCurve.NamedCurves.nistP256,
        256,
        BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1,
        "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private static readonly EcpCurve P384 = new(
        ECCurve.NamedCurves.nistP384,
        384,
        BigInteger.Pow(2, 384) - BigInteger.Pow(2, 128) - BigInteger.Pow(2, 96) + BigInteger.Pow(2, 32) - 1,
        "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");

    private static readonly EcpCurve P521 = new(
        ECCurve.NamedCurves.nistP521,
        521,
        BigInteger.Pow(2, 521) - 1,
        "51953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00",
        "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409");

    private readonly BigInteger _prime;
    private readonly BigInteger _constant;
    private readonly byte[] _order;
    private readonly byte _highestMask;

    private EcpCurve(ECCurve curve, int bits, BigInteger prime, string constant, string order)
    {
        (Curve, _prime, _constant) = (curve, prime, Read(constant));
        CoordinateLength = (bits + 7) / 8;
        _order = Read(order).ToByteArray(isUnsigned: true, isBigEndian: true);
        _highestMask = (byte)(0xFF >> ((8 * CoordinateLength) - bits));
    }

    /// <summary>The platform's name of it.</summary>
    public ECCurve Curve { get; }

    /// <summary>Octets of x, of y, of a private key and of the shared secret.</summary>
    public int CoordinateLength { get; }

    public static EcpCurve Of(KeyExchangeId id) => id switch
    {
        KeyExchangeId.Ecp256 => P256,
        KeyExchangeId.Ecp384 => P384,
        KeyExchangeId.Ecp521 => P521,
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    /// <summary>Fills a private key of 1 to n - 1; a draw outside is thrown away (FIPS 186-5 A.2.2), so no value is likelier than another.</summary>
    public void Draw(IEntropy entropy, Span<byte> key)
    {
        do
        {
            entropy.Fill(key);
            key[0] &= _highestMask;
        }
        while (!key.ContainsAnyExcept((byte)0) || key.SequenceCompareTo(_order) >= 0);
    }

    /// <summary>Whether x | y is a point of the curve (RFC 6989 §2.3); the point at infinity has no such form.</summary>
    public bool Holds(ReadOnlySpan<byte> point)
    {
        var x = new BigInteger(point[..CoordinateLength], isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point[CoordinateLength..], isUnsigned: true, isBigEndian: true);
        return x < _prime && y < _prime && ((y * y) - ((((x * x) - 3) * x) + _constant)) % _prime == 0;
    }

    private static BigInteger Read(string text) => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
