using System.Globalization;

namespace IpsecDp.Workloads.Mix;

/// <summary>Weights of the three kinds of traffic: packets each may send in proportion while all have something due; 0 leaves a kind out.</summary>
public readonly record struct TrafficMix(int EnterpriseExtender, int Bulk, int Interactive)
{
    private const int HighestWeight = 1000;

    /// <summary>Enterprise Extender alone.</summary>
    public static TrafficMix OnlyEnterpriseExtender => new(1, 0, 0);

    /// <summary>TCP bulk alone.</summary>
    public static TrafficMix OnlyBulk => new(0, 1, 0);

    /// <summary>TCP interactive alone.</summary>
    public static TrafficMix OnlyInteractive => new(0, 0, 1);

    /// <summary>All three at 60, 30 and 10.</summary>
    public static TrafficMix Mixed => new(60, 30, 10);

    /// <summary>Reads <c>ee</c>, <c>bulk</c>, <c>interactive</c>, <c>mixed</c>, or weights such as <c>ee:60,bulk:30,interactive:10</c>.</summary>
    public static bool TryParse(string? text, out TrafficMix mix)
    {
        mix = default;
        if (string.Equals(text, "mixed", StringComparison.OrdinalIgnoreCase))
        {
            mix = Mixed;
            return true;
        }

        foreach (var part in (text ?? string.Empty).Split(','))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var weight = 1;
            if (colon >= 0 && !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight))
            {
                return false;
            }

            if (weight > HighestWeight || !mix.TryAdd((colon < 0 ? part : part[..colon]).Trim(), weight, out mix))
            {
                return false;
            }
        }

        return mix.EnterpriseExtender + mix.Bulk + mix.Interactive > 0;
    }

    private bool TryAdd(string kind, int weight, out TrafficMix mix)
    {
        mix = kind.ToUpperInvariant() switch
        {
            "EE" => this with { EnterpriseExtender = weight },
            "BULK" => this with { Bulk = weight },
            "INTERACTIVE" => this with { Interactive = weight },
            _ => default,
        };
        return kind.ToUpperInvariant() is "EE" or "BULK" or "INTERACTIVE";
    }
}
