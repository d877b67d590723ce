using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>HMAC by the platform, for one packet at a time; contexts that keep the keyed state spare half a microsecond over its one-shot calls.</summary>
internal sealed class PlatformHmac : TruncatedMac
{
    private readonly SecretBytes _key;
    private readonly ContextPool<IKeyedMac> _contexts;

    /// <summary>Takes a copy of the key.</summary>
    public PlatformHmac(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key)
        : base(algorithm)
    {
        _key = new SecretBytes(key);
        _contexts = new ContextPool<IKeyedMac>(() => KeyedMacs.Create(algorithm, _key.Reveal()));
    }

    /// <summary>Whether the algorithm is an HMAC.</summary>
    public static bool IsHmac(IntegrityAlgorithm algorithm) => algorithm
        is IntegrityAlgorithm.HmacMd5_96 or IntegrityAlgorithm.HmacSha1_96
        or IntegrityAlgorithm.HmacSha256_128 or IntegrityAlgorithm.HmacSha384_192 or IntegrityAlgorithm.HmacSha512_256;

    public override void Compute(ReadOnlySpan<byte> octets, Span<byte> icv)
    {
        IKeyedMac context = _contexts.Rent();
        context.Compute(octets, [], icv);
        _contexts.Return(context);
    }

    public override void Dispose()
    {
        _contexts.Dispose();
        _key.Dispose();
    }
}
