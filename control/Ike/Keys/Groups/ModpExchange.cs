using System.Numerics;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>Diffie-Hellman modulo a prime, RFC 3526, RFC 2409 and RFC 5114.</summary>
internal sealed class ModpExchange : IKeyExchange
{
    private readonly ModpGroup _group;
    private readonly SecretBytes _exponent;
    private readonly byte[] _publicValue;

    public ModpExchange(KeyExchangeMethod method, ModpGroup group, IEntropy entropy)
        : this(method, group, Draw(group, entropy))
    {
    }

    internal ModpExchange(KeyExchangeMethod method, ModpGroup group, SecretBytes exponent)
    {
        (Method, _group, _exponent) = (method, group, exponent);
        _publicValue = new byte[group.Modulus.Length];
        group.Modulus.Power(group.Generator, exponent.Reveal(), _publicValue);
    }

    public KeyExchangeMethod Method { get; }

    public ReadOnlyMemory<byte> PublicValue => _publicValue;

    public KeyExchangeFault Agree(ReadOnlySpan<byte> peerValue, out SecretBytes? secret)
    {
        secret = null;
        if (peerValue.Length != _group.Modulus.Length)
        {
            return KeyExchangeFault.WrongLength;
        }

        var fault = _group.Check(peerValue);
        if (fault == KeyExchangeFault.None)
        {
            using var shared = new ScratchSecret(peerValue.Length);
            _group.Modulus.Power(peerValue, _exponent.Reveal(), shared.Octets);
            secret = shared.ToSecret();
        }

        return fault;
    }

    public void Dispose() => _exponent.Dispose();

    private static SecretBytes Draw(ModpGroup group, IEntropy entropy)
    {
        using var drawn = new ScratchSecret(group.ExponentLength);
        do
        {
            entropy.Fill(drawn.Octets);
        }
        while (!IsExponent(group, drawn.Octets));

        return drawn.ToSecret();
    }

    // 1 < x < q. Only a refused draw, which is thrown away, can be told from the time this takes.
    private static bool IsExponent(ModpGroup group, ReadOnlySpan<byte> octets) =>
        octets[..^1].ContainsAnyExcept((byte)0) && (group.Order is not { } order || new BigInteger(octets, isUnsigned: true, isBigEndian: true) < order);
}
