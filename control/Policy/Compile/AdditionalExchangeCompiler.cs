using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns AdditionalKeyExchange lines into the transforms ADDKE1 to ADDKE7 (RFC 9370 §2.1), and refuses what could never be agreed.</summary>
internal sealed class AdditionalExchangeCompiler(bool isFips, Findings findings)
{
    private const int Most = TransformType.AdditionalKeyExchange7 - TransformType.AdditionalKeyExchange1 + 1;

    /// <summary>The transforms, one of each type in the order of the lines; lines there is no type for, which are refused, are left out.</summary>
    public static IEnumerable<Transform> Compile(IReadOnlyList<Placed<string>> additional) => additional.Take(Most).Select((method, i) => Transforms.KeyExchange(i + 1, method.Value));

    /// <summary>Reports lines that must not stand beside each other, beside the methods of the first exchange or on this platform.</summary>
    public void Require(IReadOnlyList<Placed<string>> additional, IReadOnlyList<string> firsts, bool allowsLegacy)
    {
        if (additional.Count > Most)
        {
            findings.Error(additional[Most].Position, ConfigRule.TooLarge, $"there may be {Most} AdditionalKeyExchange lines (RFC 9370 §2.1)");
        }

        var seen = new HashSet<string>();
        foreach (var line in additional)
        {
            var method = KeyExchangeMethod.All.First(known => known.Name == line.Value);

            // RFC 9370 §2.2.1: no method is run twice for one SA.
            if (!seen.Add(line.Value) || firsts.Contains(line.Value))
            {
                findings.Error(line.Position, ConfigRule.Duplicate, $"{line.Value} is the method of another key exchange of this SA already, as written or by default (RFC 9370 §2.2.1)");
            }

            if (!method.IsAvailable)
            {
                findings.Error(line.Position, ConfigRule.Algorithm, method.Unavailability);
            }

            if (method.IsLegacy && !allowsLegacy)
            {
                findings.Error(line.Position, ConfigRule.Legacy, "Group2, Group5 and Group24 are kept for old peers only and need AllowLegacy Yes");
            }

            if (isFips && (method.Id == KeyExchangeId.Curve25519 || method.IsLegacy))
            {
                findings.Error(line.Position, ConfigRule.Algorithm, "FIPS140 yes takes Group14 to Group21 and ML-KEM only");
            }
        }
    }
}
