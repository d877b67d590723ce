using System.CommandLine;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Host.Verbs;

/// <summary><c>policy check</c>: every fault of a policy file, or what it would do.</summary>
internal static class PolicyVerb
{
    private const string Help = """
        Looks at a policy file without installing it.

        Example:
          ipsecdp policy check /etc/ipsecdp.policy
        """;

    private const string CheckHelp = """
        Prints every fault with file, line, column and rule and ends with 1, or prints what the policy would do and ends with 0; no key is printed.

        Example:
          ipsecdp policy check /etc/ipsecdp.policy
        """;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The policy file" };
        var check = new Command("check", CheckHelp) { file };
        check.SetAction(parsed => Check(parsed.GetValue(file)!));
        return new Command("policy", Help) { check };
    }

    private static int Check(string file)
    {
        var isRight = PolicyCompiler.TryCompileFile(file, out var model, out var errors);
        using (model)
        {
            if (!isRight)
            {
                Console.Error.WriteLine(errors);
                return 1;
            }

            Console.Write(PolicySummary.Write(model!));
            return 0;
        }
    }
}
