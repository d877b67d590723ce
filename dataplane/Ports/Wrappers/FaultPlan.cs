using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace IpsecDp.Ports.Wrappers;

/// <summary>How often a <see cref="FaultyPort"/> does what; the chances are fractions of all packets and exclude each other, so their sum is at most 1.</summary>
public sealed record FaultPlan
{
    /// <summary>Nothing ever happens.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>Chance of <see cref="FaultKind.Drop"/>.</summary>
    public double Drop { get; init; }

    /// <summary>Chance of <see cref="FaultKind.Duplicate"/>.</summary>
    public double Duplicate { get; init; }

    /// <summary>Chance of <see cref="FaultKind.Reorder"/>.</summary>
    public double Reorder { get; init; }

    /// <summary>Chance of <see cref="FaultKind.Corrupt"/>.</summary>
    public double Corrupt { get; init; }

    /// <summary>Chance of <see cref="FaultKind.Delay"/>.</summary>
    public double Delay { get; init; }

    /// <summary>Chance of <see cref="FaultKind.Truncate"/>.</summary>
    public double Truncate { get; init; }

    /// <summary>Most packets that overtake a reordered one; how many is drawn from 1 to this.</summary>
    public int ReorderDistance { get; init; } = 3;

    /// <summary>Whether corruption may hit the IP header too; otherwise only what is behind it.</summary>
    public bool CorruptsHeader { get; init; }

    /// <summary>How long a delayed packet waits; zero where <see cref="DelayPackets"/> says how far.</summary>
    public TimeSpan DelayTime { get; init; }

    /// <summary>Packets that go before a delayed one where <see cref="DelayTime"/> is zero.</summary>
    public int DelayPackets { get; init; } = 16;

    /// <summary>Chance that anything happens.</summary>
    public double Total => Drop + Duplicate + Reorder + Corrupt + Delay + Truncate;

    /// <summary>Reads a plan such as <c>drop=1%,reorder=5%:3,corrupt=0.5%:anywhere,delay=2%:5ms</c>, or <c>none</c>; otherwise says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FaultPlan? plan, [NotNullWhen(false)] out string? error) =>
        FaultPlanText.TryParse(text, out plan, out error);

    /// <summary>The fault a number drawn evenly from 0 to 1 stands for.</summary>
    public FaultKind Pick(double drawn)
    {
        if ((drawn -= Drop) < 0)
        {
            return FaultKind.Drop;
        }

        if ((drawn -= Duplicate) < 0)
        {
            return FaultKind.Duplicate;
        }

        if ((drawn -= Reorder) < 0)
        {
            return FaultKind.Reorder;
        }

        if ((drawn -= Corrupt) < 0)
        {
            return FaultKind.Corrupt;
        }

        if ((drawn -= Delay) < 0)
        {
            return FaultKind.Delay;
        }

        return drawn - Truncate < 0 ? FaultKind.Truncate : FaultKind.None;
    }

    /// <summary>The text <see cref="TryParse"/> reads back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Add(text, "drop", Drop, "");
        Add(text, "duplicate", Duplicate, "");
        Add(text, "reorder", Reorder, string.Create(CultureInfo.InvariantCulture, $":{ReorderDistance}"));
        Add(text, "corrupt", Corrupt, CorruptsHeader ? ":anywhere" : ":payload");
        Add(text, "delay", Delay, DelayTime > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $":{DelayTime.TotalMilliseconds}ms")
            : string.Create(CultureInfo.InvariantCulture, $":{DelayPackets}"));
        Add(text, "truncate", Truncate, "");
        return text.Length == 0 ? "none" : text.ToString();
    }

    private static void Add(StringBuilder text, string name, double chance, string detail)
    {
        if (chance > 0)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{name}={chance * 100:0.######}%{detail}");
        }
    }
}
