using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>AH with HMAC, CMAC or XCBC, cut to the ICV's length.</summary>
internal sealed class SeparateMac : IPacketMac
{
    private const int LongestIcv = 32;

    private readonly SecretBytes _key;
    private readonly ContextPool<IKeyedMac> _contexts;

    public SeparateMac(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        Algorithm = algorithm;
        IcvLength = CipherSuite.IcvLengthOf(algorithm);
        _key = new SecretBytes(key.Reveal());
        _contexts = new ContextPool<IKeyedMac>(() => KeyedMacs.Create(algorithm, _key.Reveal()));
    }

    public IntegrityAlgorithm Algorithm { get; }

    public int IcvLength { get; }

    public void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv) => Compute(octets, icv[..IcvLength]);

    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv)
    {
        if (icv.Length != IcvLength)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[LongestIcv];
        expected = expected[..IcvLength];
        Compute(octets, expected);
        return CryptographicOperations.FixedTimeEquals(expected, icv);
    }

    public void Dispose()
    {
        _contexts.Dispose();
        _key.Dispose();
    }

    private void Compute(ReadOnlySpan<byte> octets, Span<byte> code)
    {
        var context = _contexts.Rent();
        context.Compute(octets, default, code);
        _contexts.Return(context);
    }
}
