using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IpsecDp.Daemon.Offload;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Host.Verbs;

/// <summary>The dispatch controls and the machine as typed, the same for every verb that has engines; each wrong value is an error of the parse with the values that would do.</summary>
internal sealed class EngineArguments
{
    private const int LongestWait = 499_999;
    private const int MostOctets = 65535;

    private readonly Option<string> _ziip = Choice("--ziip", "ipsecurity", "Whether sealing and opening are eligible for engines (GLOBALCONFIG ZIIP)", "ipsecurity", "noipsecurity");
    private readonly Option<string> _honor = Choice("--iiphonorpriority", "yes", "Whether general threads run eligible work that engines are late with (IIPHONORPRIORITY)", "yes", "no");
    private readonly Option<ServiceClass[]> _kept = new("--keep-to-engines") { Description = $"Classes with Honor Priority=NO of their own, of {string.Join(", ", ServiceClasses.All.Select(ServiceClasses.NameOf))}", HelpName = "CLASS,...", CustomParser = ParseClasses };
    private readonly Option<int> _wait = new("--ziipawmt") { Description = "Microseconds eligible work may wait before engines ask for help (ZIIPAWMT)", DefaultValueFactory = _ => (int)NeedHelpRule.DefaultAlternateWait.TotalMicroseconds, HelpName = "N" };
    private readonly Option<string> _keepDearer = Choice("--keep-dearer", "yes", "Whether under overload general threads keep work where moving it carries less, tried out in turns", "yes", "no");
    private readonly Option<int?> _smallestJob = new("--smallest-job") { Description = "Octets below which work stays on its general thread, because waking an engine would cost more; 0 hands over everything", HelpName = "OCTETS" };
    private readonly Option<string> _queues = Choice("--class-queues", "yes", "Whether each service class waits in a queue of its own, the most important first", "yes", "no");
    private readonly Option<string> _delivery = Choice("--delivery", "engine", "Who delivers what engines ran: the engine, or a general thread it is handed back to", "engine", "general");
    private readonly Option<int?> _general = new("--general") { Description = "General processors of the machine: their threads are bound to them, and engines to others; left out, the scheduler places them", HelpName = "N" };
    private readonly Option<bool> _unpinned = new("--unpinned") { Description = "Leaves the threads of --general to the scheduler and counts their CPU time" };
    private readonly Option<Normalisation> _factor = new("--normalisation") { Description = "Speed of a specialty processor in units of a general one, as 569/256 or 2.22", DefaultValueFactory = _ => Normalisation.None, CustomParser = ParseFactor, HelpName = "FACTOR" };

    /// <summary>Adds the options to a verb whose engines another option counts; so many where it is left out.</summary>
    public void AddTo(Command verb, Option<int> engines, int standard)
    {
        foreach (var option in new Option[] { _ziip, _honor, _kept, _wait, _keepDearer, _smallestJob, _queues, _delivery, _general, _unpinned, _factor })
        {
            verb.Options.Add(option);
        }

        Bound(_wait, 1, LongestWait);
        Bound(_smallestJob, 0, MostOctets);
        verb.Validators.Add(result => RequireMachine(result, engines, standard));
    }

    /// <summary>The values of a parse without errors.</summary>
    public EngineChoice Read(ParseResult parsed) => new()
    {
        IpSecurity = parsed.GetValue(_ziip) == "ipsecurity",
        HonorPriority = parsed.GetValue(_honor) == "yes",
        KeptToEngines = parsed.GetValue(_kept) ?? [],
        AlternateWait = TimeSpan.FromMicroseconds(parsed.GetValue(_wait)),
        KeepsWhatIsDearer = parsed.GetValue(_keepDearer) == "yes",
        SmallestJob = parsed.GetValue(_smallestJob),
        QueuesByClass = parsed.GetValue(_queues) == "yes",
        Delivery = parsed.GetValue(_delivery) == "engine" ? DeliveryRule.ByEngine : DeliveryRule.HandedBack,
        General = parsed.GetValue(_general),
        IsUnpinned = parsed.GetValue(_unpinned),
        Factor = parsed.GetValue(_factor),
    };

    /// <summary>The words by which another process makes the same choice.</summary>
    public static IEnumerable<string> WordsOf(EngineChoice choice)
    {
        yield return $"--ziip={(choice.IpSecurity ? "ipsecurity" : "noipsecurity")}";
        yield return $"--iiphonorpriority={(choice.HonorPriority ? "yes" : "no")}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--ziipawmt={choice.AlternateWait.TotalMicroseconds:0}");
        yield return $"--keep-dearer={(choice.KeepsWhatIsDearer ? "yes" : "no")}";
        yield return $"--class-queues={(choice.QueuesByClass ? "yes" : "no")}";
        yield return $"--delivery={(choice.Delivery == DeliveryRule.ByEngine ? "engine" : "general")}";
        yield return $"--normalisation={choice.Factor}";
        if (choice.KeptToEngines.Count > 0)
        {
            yield return $"--keep-to-engines={string.Join(',', choice.KeptToEngines.Select(ServiceClasses.NameOf))}";
        }

        if (choice.SmallestJob is { } octets)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--smallest-job={octets}");
        }

        if (choice.General is { } general)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--general={general}");
        }

        if (choice.IsUnpinned)
        {
            yield return "--unpinned";
        }
    }

    // What does not parse has its error already, and what was not typed has no value yet.
    private void RequireMachine(CommandResult result, Option<int> engines, int standard)
    {
        if (result.GetResult(_general) is { Implicit: false } typed)
        {
            var isCounted = int.TryParse(Typed(typed), out var general);
            var specialty = standard;
            if (!isCounted || (result.GetResult(engines) is { Implicit: false } asked && !int.TryParse(Typed(asked), out specialty)))
            {
                return;
            }

            var machine = new EngineTopology(general, specialty) { IsPinned = result.GetResult(_unpinned) is not { Implicit: false } };
            foreach (var refusal in machine.Refusals(IThreadPinning.OfThisSystem.Allowed().Count))
            {
                result.AddError(refusal);
            }
        }
        else if (result.GetResult(_unpinned) is { Implicit: false })
        {
            result.AddError("--unpinned belongs to --general, which binds threads to processors");
        }
    }

    private static string Typed(OptionResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;

    private static ServiceClass[]? ParseClasses(ArgumentResult result)
    {
        List<ServiceClass> classes = [];
        foreach (var word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!ServiceClasses.TryParse(word, out var serviceClass))
            {
                result.AddError($"--keep-to-engines '{word}' is no class; the classes are {string.Join(", ", ServiceClasses.All.Select(ServiceClasses.NameOf))}");
                return null;
            }

            classes.Add(serviceClass);
        }

        return [.. classes];
    }

    private static Normalisation ParseFactor(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!Normalisation.TryParse(text, out var factor))
        {
            result.AddError($"--normalisation '{text}' is no factor from 1 to 255, as 569/256 or 2.22");
        }

        return factor;
    }

    private static Option<string> Choice(string name, string standard, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static void Bound<T>(Option<T> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<T>() is int value && (value < least || value > most))
        {
            result.AddError($"{option.Name} takes {least} to {most}");
        }
    });
}
