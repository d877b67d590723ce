using System.Text.Json;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Records;

namespace IpsecDp.Host.Reports;

/// <summary>The CPU accounts and what follows from them as every JSON document of the product carries them.</summary>
internal static class CpuFigures
{
    private static readonly (string Name, CpuAccount Account)[] Accounts =
    [
        ("generalSeconds", CpuAccount.General),
        ("eligibleOnGeneralSeconds", CpuAccount.EligibleOnGeneral),
        ("specialtySeconds", CpuAccount.SpecialtyEligible),
        ("specialtyOtherSeconds", CpuAccount.SpecialtyOther),
        ("handOverSeconds", CpuAccount.HandOver),
        ("spinSeconds", CpuAccount.Spin),
        ("idleSeconds", CpuAccount.Idle),
        ("workloadSeconds", CpuAccount.Workload),
    ];

    /// <summary>Writes the objects <c>cpu</c>, <c>serviceTimes</c>, <c>applPercent</c>, <c>disturbance</c> and <c>offload</c>.</summary>
    public static void Write(Utf8JsonWriter json, CpuSnapshot cpu, Func<SpillCause, long> spilledPackets, Normalisation factor = default)
    {
        json.WriteStartObject("cpu");
        foreach (var (name, account) in Accounts)
        {
            json.WriteNumber(name, Rounded(cpu[account]));
        }

        json.WriteNumber("notAttributedSeconds", Rounded(cpu.NotAttributedSeconds));
        json.WriteNumber("processSeconds", Rounded(cpu.ProcessSeconds));
        json.WriteEndObject();
        RecordJson.WriteService(json, new ServiceTimes(cpu, factor));
        RecordJson.WriteDisturbance(json, cpu);
        var ratios = new OffloadRatios(cpu, factor.Value);
        json.WriteStartObject("offload");
        json.WriteNumber("normalisation256", factor.Numerator);
        json.WriteNumber("eligibleShare", Rounded(ratios.EligibleShare));
        json.WriteNumber("ratio", Rounded(ratios.OffloadRatio));
        json.WriteNumber("spill", Rounded(ratios.Spill));
        json.WriteStartObject("spillByCause");
        foreach (var cause in Enum.GetValues<SpillCause>())
        {
            json.WriteNumber(NameOf(cause), spilledPackets(cause));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote of the accounts.</summary>
    public static CpuSnapshot ReadCpu(JsonElement document, TimeSpan wall)
    {
        var cpu = document.GetProperty("cpu");
        return CpuSnapshot.Of(
            account => cpu.GetProperty(Accounts.First(known => known.Account == account).Name).GetDouble(),
            cpu.GetProperty("processSeconds").GetDouble(),
            wall);
    }

    /// <summary>Reads the packets that general threads sealed or opened, by cause.</summary>
    public static EnginePoolSnapshot ReadPool(JsonElement document)
    {
        var causes = document.GetProperty("offload").GetProperty("spillByCause");
        return EnginePoolSnapshot.Of(cause => new WorkCount(0, causes.GetProperty(NameOf(cause)).GetInt64(), 0));
    }

    /// <summary>Four places; NaN is no JSON number, and a ratio over nothing is reported as 0.</summary>
    public static double Rounded(double value) => double.IsFinite(value) ? Math.Round(value, 4) : 0;

    private static string NameOf(SpillCause cause) => JsonNamingPolicy.CamelCase.ConvertName(cause.ToString());
}
