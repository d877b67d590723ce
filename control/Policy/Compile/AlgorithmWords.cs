using IpsecDp.Crypto;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Policy.Compile;

/// <summary>What IKE makes of the data plane's algorithms, which it calls by the same names.</summary>
internal static class AlgorithmWords
{
    /// <summary>An integrity algorithm; null for one IKE has no name for here.</summary>
    public static string? Integrity(IntegrityAlgorithm algorithm) =>
        algorithm is IntegrityAlgorithm.None or IntegrityAlgorithm.AesGmac ? null : SuiteNames.Of(algorithm);

    /// <summary>Whether a group is kept for old peers only (RFC 8247 §2.4).</summary>
    public static bool IsLegacyGroup(string group) => KeyExchangeMethod.All.Any(method => method.IsLegacy && method.Name == group);
}
