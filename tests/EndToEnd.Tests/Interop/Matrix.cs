using IpsecDp.Ipsec.Sad;

namespace EndToEnd.Tests.Interop;

/// <summary>Names times modes times families; a header inside one of the other version exists in tunnel mode only.</summary>
internal static class Matrix
{
    private static readonly (SaMode, Families)[] Shapes =
    [
        (SaMode.Transport, Families.V4), (SaMode.Transport, Families.V6),
        (SaMode.Tunnel, Families.V4), (SaMode.Tunnel, Families.V6), (SaMode.Tunnel, Families.V4InV6), (SaMode.Tunnel, Families.V6InV4),
    ];

    /// <summary>All cells of these suites.</summary>
    public static TheoryData<string, SaMode, Families> Of(IEnumerable<string> names)
    {
        var cells = new TheoryData<string, SaMode, Families>();
        foreach (var name in names)
        {
            foreach (var (mode, families) in Shapes)
            {
                cells.Add(name, mode, families);
            }
        }

        return cells;
    }
}
