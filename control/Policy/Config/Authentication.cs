using IpsecDp.Crypto;

namespace IpsecDp.Policy.Config;

/// <summary>HowToAuth for one layer: the algorithm, and for GMAC the bits of its key; None is the operator's NULL.</summary>
internal sealed record Authentication(IntegrityAlgorithm Algorithm, int GmacKeyBits = 0)
{
    /// <summary>NULL.</summary>
    public bool IsNull => Algorithm == IntegrityAlgorithm.None;
}
