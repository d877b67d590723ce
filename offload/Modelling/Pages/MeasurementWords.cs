using System.Globalization;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Modelling.Pages;

/// <summary>A measurement's setup in words, the same in a terminal and on a page.</summary>
public static class MeasurementWords
{
    /// <summary>Name and text of all that was asked for.</summary>
    public static IReadOnlyList<(string Name, string Text)> Setup(MeasuredSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return
        [
            ("load", string.Create(CultureInfo.InvariantCulture, $"{setup.Load}, packets arrive by the clock; sweep of {NameOf(setup.Sweep)}, {setup.Repeat} trials of {setup.TrialSeconds:0.###} s a step")),
            ("path", $"{setup.Capture}, {setup.Protection}, {setup.Tunnels.ToString(CultureInfo.InvariantCulture)} {(setup.Tunnels == 1 ? "tunnel" : "tunnels")}"),
            ("processors", setup.Topology),
            ("dispatch", setup.Dispatch.Length == 0 ? "as by default" : setup.Dispatch),
            ("machine", setup.Machine),
            .. setup.NotMeasured.Select(static text => ("not measured", text)),
        ];
    }

    /// <summary>What is varied.</summary>
    public static string NameOf(SweepKind sweep) => sweep switch
    {
        SweepKind.Rate => "the offered rate",
        SweepKind.Engines => "specialty engines",
        SweepKind.Size => "packet size",
        _ => "tunnels",
    };

    /// <summary>The unit of a step's value.</summary>
    public static string UnitOf(SweepKind sweep) => sweep switch
    {
        SweepKind.Rate => "% of capacity",
        SweepKind.Engines => "engines",
        SweepKind.Size => "octets",
        _ => "tunnels",
    };
}
