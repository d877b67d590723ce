using System.CommandLine;

namespace IpsecDp.Host.Verbs;

/// <summary>The program's verbs; a wrong one, or a wrong option, prints a short usage and ends with 2.</summary>
internal static class CommandLine
{
    private const int WrongUsage = 2;

    /// <summary>Runs what was typed and gives the exit code: 0 done, 1 failed, 2 not understood.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("User-space IPsec data plane whose ESP and AH work runs on engines that stand for zIIP specialty processors.")
        {
            LabVerb.Create(),
            RunVerb.Create(),
            TunnelVerb.Create(),
            PolicyVerb.Create(),
            MeasureVerb.Create(),
            RecordsVerb.Create(),
            DivertVerb.Create(),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        var command = parsed.CommandResult.Command;
        var name = command == root ? "VERB" : command.Name;
        Console.Error.WriteLine($"usage: ipsecdp {name} [options]    (verbs: {string.Join(", ", root.Subcommands.Select(verb => verb.Name))}; ipsecdp {name} --help tells more)");
        return WrongUsage;
    }
}
