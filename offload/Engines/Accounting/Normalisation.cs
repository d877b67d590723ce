using System.Globalization;

namespace IpsecDp.Engines.Accounting;

/// <summary>How many seconds of a general processor one second of a specialty processor is worth, in 256ths as RMF keeps it (R723NFFS): 569/256 is 2.222, 256/256 says that both run at full speed.</summary>
public readonly record struct Normalisation
{
    private const int One = 256;

    private readonly int _over;

    private Normalisation(int numerator) => _over = numerator - One;

    /// <summary>Both kinds run at full speed.</summary>
    public static Normalisation None { get; }

    /// <summary>The 256ths.</summary>
    public int Numerator => One + _over;

    /// <summary>The factor.</summary>
    public double Value => Numerator / (double)One;

    /// <summary>So many 256ths, at least 256: a specialty processor is never the slower one. Throws <see cref="ArgumentOutOfRangeException"/>.</summary>
    public static Normalisation Of(int numerator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numerator, One);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, ushort.MaxValue);
        return new(numerator);
    }

    /// <summary>Reads <c>569/256</c>, <c>569</c> (256ths) or <c>2.22</c>; false for anything else and for a factor below 1 or above 255.</summary>
    public static bool TryParse(string text, out Normalisation factor)
    {
        ArgumentNullException.ThrowIfNull(text);
        factor = None;
        var numerator = text.EndsWith("/256", StringComparison.Ordinal) ? text[..^4] : text;
        if (!int.TryParse(numerator, NumberStyles.None, CultureInfo.InvariantCulture, out var parts) || (numerator == text && parts < One))
        {
            if (numerator != text || !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value is not (>= 1 and <= 255))
            {
                return false;
            }

            parts = (int)Math.Round(value * One);
        }

        if (parts is < One or > ushort.MaxValue)
        {
            return false;
        }

        factor = new(parts);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{One}");
}
