using System.CommandLine;
using System.CommandLine.Parsing;
using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Results;

namespace IpsecDp.Peers.Verbs;

/// <summary>The options of <c>peers</c> as typed; each wrong value is an error of the parse with the values that would do.</summary>
internal sealed class PeersArguments
{
    private const int MostRounds = 1000;
    private const int MostSeconds = 600;

    private readonly Option<string[]> _contenders = new("--contenders")
    {
        Description = $"Who takes part: {string.Join(",", ContenderList.Names)}",
        DefaultValueFactory = _ => [.. ContenderList.Names],
        CustomParser = ParseContenders,
        HelpName = "A,B,C",
    };

    private readonly Option<IMeasure[]> _measures = new("--measures")
    {
        Description = $"What is measured: tcpN with N streams, udpN with IP packets of N octets and one a send call, udpNgso with a GSO sender, rtt, eertt [default: {MeasureList.Standard}]",
        DefaultValueFactory = _ => [.. MeasureList.Standard.Split(',').Select(name => MeasureList.Find(name)!)],
        CustomParser = ParseMeasures,
        HelpName = "A,B,C",
    };

    private readonly Option<int> _rounds = Number("--rounds", "How often everybody has a turn", 5, MostRounds);
    private readonly Option<int> _seconds = Number("--seconds", "How long traffic is offered for one figure", 3, MostSeconds);
    private readonly Option<string> _placement = new("--placement")
    {
        Description = "Where the threads of relay and product run: free leaves them to the scheduler, crossed binds data to processor 0 and acknowledgements to processor 1",
        DefaultValueFactory = _ => Placement.Free.Name,
    };

    private readonly Option<string> _wireGuardGo = new("--wireguard-go") { Description = "wireguard-go's program, as a newer one than the installed", DefaultValueFactory = _ => "wireguard-go", HelpName = "PATH" };
    private readonly Option<string?> _json = new("--json") { Description = "Writes all figures as a JSON document", HelpName = "FILE" };
    private readonly Option<string?> _svg = new("--svg") { Description = "Writes a chart", HelpName = "FILE" };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command verb)
    {
        _placement.AcceptOnlyFromAmong(Placement.Free.Name, Placement.Crossed.Name);
        foreach (var option in new Option[] { _contenders, _measures, _rounds, _seconds, _placement, _wireGuardGo, _json, _svg })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The values of a parse without errors.</summary>
    public PeersOptions Read(ParseResult parsed) => new()
    {
        Contenders = parsed.GetValue(_contenders)!,
        Measures = parsed.GetValue(_measures)!,
        Rounds = parsed.GetValue(_rounds),
        Seconds = parsed.GetValue(_seconds),
        Placement = Placement.Of(parsed.GetValue(_placement)!),
        WireGuardGo = parsed.GetValue(_wireGuardGo)!,
        JsonFile = parsed.GetValue(_json),
        SvgFile = parsed.GetValue(_svg),
    };

    private static string[] ParseContenders(ArgumentResult result)
    {
        var names = Names(result);
        if (names.Except(ContenderList.Names).FirstOrDefault() is { } unknown)
        {
            result.AddError($"--contenders: '{unknown}' is none; there are {string.Join(", ", ContenderList.Names)}");
        }

        return names;
    }

    private static IMeasure[] ParseMeasures(ArgumentResult result)
    {
        var names = Names(result);
        if (names.FirstOrDefault(name => MeasureList.Find(name) is null) is { } unknown)
        {
            result.AddError($"--measures: '{unknown}' is none; there are tcp1 to tcp64, udp48 to udp1400, the same with gso behind it, rtt and eertt");
            return [];
        }

        return [.. names.Select(name => MeasureList.Find(name)!)];
    }

    private static string[] Names(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    private static Option<int> Number(string name, string description, int standard, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < 1 || number > most))
            {
                result.AddError($"{name} takes 1 to {most}");
            }
        });
        return option;
    }
}
