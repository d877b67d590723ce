namespace IpsecDp.TestKit.Vectors;

/// <summary>The fields of one case with the headings above it; names in upper case.</summary>
public sealed record CavpRecord(string Name, IReadOnlyDictionary<string, string> Fields, bool IsFail)
{
    /// <summary>A field in hexadecimal; empty when it is not there.</summary>
    public byte[] Hex(string field) => Fields.TryGetValue(field, out var digits) ? Convert.FromHexString(digits) : [];

    /// <summary>A field as a decimal number.</summary>
    public int Number(string field) => int.Parse(Fields[field], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the field is there.</summary>
    public bool Has(string field) => Fields.ContainsKey(field);
}
