using IpsecDp.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>AH's algorithms with the key lengths they take.</summary>
public static class MacCases
{
    public static IEnumerable<(IntegrityAlgorithm Algorithm, int KeyLength)> Of(ICryptoEngine engine) =>
        Enum.GetValues<IntegrityAlgorithm>().Where(engine.Supports).SelectMany(algorithm =>
            (algorithm == IntegrityAlgorithm.AesGmac ? [20, 28, 36] : new[] { CipherSuite.KeyLengthOf(algorithm) }).Select(length => (algorithm, length)));
}
